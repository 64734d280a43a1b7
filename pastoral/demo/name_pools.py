"""Forenames and surnames by the family's background; ordinary names, nobody's in particular."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Background:
    """A family background: how common, which ethnicity code (CBDS), how often English is an additional language."""

    share: float
    ethnicity: str
    eal: float
    surnames: tuple[str, ...]
    girls: tuple[str, ...]
    boys: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    # An underscore stands for a space inside a name.
    return tuple(name.replace("_", " ") for name in text.split())


_BRITISH_SURNAMES = _names("""
    Abbott Ainsworth Aldridge Appleby Armitage Ashworth Atkinson Baines Barraclough Baxter Beaumont Bellamy Benson
    Birtwistle Blackburn Booth Bracewell Bradshaw Briggs Broadbent Brookes Burrows Butterworth Calvert Carr Chadwick
    Clegg Clough Collier Corbett Crabtree Cropper Crossley Cunliffe Dawson Dearden Dewhurst Dixon Drummond Duckworth
    Eastwood Eccles Entwistle Fairclough Fenton Firth Fleetwood Foster Garside Gaskell Gledhill Goodwin Greenhalgh
    Greenwood Grimshaw Haigh Halliwell Hallworth Hardcastle Hargreaves Harrop Hartley Haslam Hebden Higginbottom Hirst
    Holden Holroyd Horrocks Howarth Ingham Jagger Jarvis Kay Kenyon Kershaw Lawton Leach Lockwood Lomax Lord Lumb
    Marsden Mather Mellor Metcalfe Middleton Naylor Newsome Nuttall Ogden Oldroyd Ormerod Parkin Partington Pickles
    Pilling Priestley Ramsden Rawlinson Riding Rushworth Rothwell Schofield Shackleton Sharples Shaw Shepherd Sladen
    Smithies Stansfield Stott Sugden Sutcliffe Tattersall Taylor Thackray Thornton Tiplady Turnbull Unsworth Varley
    Wadsworth Wainwright Walmsley Warburton Whitehead Whiteley Whitworth Wilkinson Winterbottom Wolstenholme Woodhead
    Worsley Wrigley Smith Jones Brown Williams Evans Davies Hughes Price Morgan Campbell Stewart Fraser MacLeod
    McAllister D'Arcy Smith-Jones Barker-Lowe Hope-Nicholson De_la_Mare
""")
_BRITISH_GIRLS = _names("""
    Abigail Alice Amelia Amber Amelie Annabel Ava Beatrice Beth Bethany Caitlin Charlotte Chloe Chelsea Connie Daisy
    Darcey Eleanor Elizabeth Ella Ellie Elsie Emily Emma Erin Esme Evie Faith Florence Freya Georgia Grace Hannah
    Harriet Heidi Holly Hope Imogen Isabel Isabella Isla Ivy Jasmine Jessica Kayleigh Katie Lacey Lauren Leah Lexi
    Libby Lily Lola Lottie Lucy Lydia Macey Maisie Martha Matilda Megan Mia Millie Molly Nancy Niamh Nicole Olivia
    Paige Penelope Phoebe Poppy Rebecca Robyn Rosie Ruby Scarlett Sienna Skye Sophia Sophie Summer Tegan Thea Tilly
    Violet Willow Zara Zoë
""")
_BRITISH_BOYS = _names("""
    Aaron Adam Aidan Alexander Alfie Archie Arlo Arthur Austin Bailey Ben Benjamin Bobby Bradley Brandon Callum
    Cameron Charlie Christopher Connor Daniel Dexter Dominic Dylan Edward Elliot Ellis Ethan Evan Felix Finley Finn
    Francis Frankie Frederick George Harley Harrison Harry Harvey Henry Hugo Isaac Jack Jacob Jake James Jamie Jayden
    Jenson Joel Jonah Joseph Joshua Kai Kian Leo Leon Levi Lewis Liam Logan Louis Luca Lucas Luke Mason Matthew Max
    Michael Nathan Nicholas Noah Oliver Oscar Owen Patrick Ralph Reece Reuben Riley Robert Rory Rowan Ryan Samuel
    Sebastian Sonny Stanley Taylor Thomas Toby Theo Tyler Victor William Zachary Zane
""")
_BRITISH_WOMEN = _names("""
    Alison Amanda Amy Andrea Angela Anna Becky Carly Caroline Catherine Charlene Cheryl Claire Danielle Dawn Debbie
    Donna Emma Gemma Hayley Heather Helen Jane Jennifer Joanne Julie Karen Kate Kelly Kerry Kirsty Laura Leanne Linda
    Lindsey Lisa Louise Lucy Lynsey Mandy Maria Melanie Michelle Natalie Natasha Nicola Paula Rachel Rebecca Samantha
    Sally Sarah Sharon Stacey Stephanie Susan Tracey Victoria Wendy Zoe
""")
_BRITISH_MEN = _names("""
    Adam Alan Andrew Anthony Barry Ben Carl Chris Craig Damian Daniel Darren David Dean Gareth Gary Gavin Graham Ian
    James Jason John Jonathan Karl Keith Kevin Lee Liam Luke Marc Mark Martin Matthew Michael Neil Nathan Nick Paul
    Peter Phil Richard Robert Ross Russell Ryan Scott Sean Shaun Simon Stephen Steven Stuart Terry Tim Tom Tony Wayne
""")
_MUSLIM_GIRLS = _names("""
    Aaliyah Aisha Aleena Alisha Amina Anaya Ayesha Fatima Hafsa Haleema Hana Humaira Inaya Iqra Khadijah Laiba Maryam
    Maleeha Mariam Nabila Noor Rabia Ruqayyah Safa Safiya Sana Sumayyah Tayyiba Umaymah Zahra Zainab Zunairah
""")
_MUSLIM_BOYS = _names("""
    Abdullah Adil Ahmed Ali Amaan Arham Ayaan Bilal Danyal Eesa Faizan Hamza Haris Hassan Hussain Ibrahim Idris Ismail
    Isa Junaid Khalid Mohammad Mohammed Muhammad Musa Mustafa Rayyan Salman Sulaiman Taha Umar Usman Yahya Yusuf Zayd
""")
_MUSLIM_WOMEN = _names("""
    Asma Farzana Fozia Ghazala Humera Iram Kauser Lubna Nadia Naheed Nargis Nasreen Nazia Parveen Rehana Rukhsana
    Saima Samina Shabana Shabnam Shazia Sobia Sumera Tahira Tasleem Uzma Yasmin Zahida
""")
_MUSLIM_MEN = _names("""
    Abid Akbar Amjad Asif Azhar Faisal Imran Iqbal Irfan Javed Kamran Khurram Majid Mohammed Nadeem Naveed Nasir Omar
    Rashid Sajid Shahid Shakeel Tahir Tariq Waqar Yasir Zafar Zahid
""")
_AFRICAN_GIRLS = _names("""
    Abena Adaeze Adwoa Akosua Amarachi Ama Blessing Chidinma Chioma Comfort Efua Esther Ewurabena Favour Gift Grace
    Ifeoma Joy Mercy Naomi Ngozi Nkechi Oluchi Peace Praise Precious Princess Sade Temitope Tolu Ufuoma Yaa
""")
_AFRICAN_BOYS = _names("""
    Ayomide Chidi Chinedu Chukwuemeka Daniel David Emeka Emmanuel Ebenezer Femi Gabriel Ikenna Israel Jeremiah Joel
    Joshua Kelechi Kofi Kwabena Kwame Kwaku Nana Obinna Oluwaseun Prince Samuel Segun Solomon Tobi Uche Yaw
""")
_AFRICAN_WOMEN = _names("""
    Abigail Adjoa Bukola Charity Esther Folake Funmilayo Gifty Gladys Kemi Mercy Ngozi Patience Rita Ronke Vivian
""")
_AFRICAN_MEN = _names("""
    Adebayo Babatunde Chinedu Emmanuel Felix Isaac Kofi Kwame Michael Nnamdi Obi Olu Samuel Stephen Tunde Yaw
""")
_POLISH_GIRLS = _names("""
    Alicja Amelia Antonina Emilia Gabriela Hanna Iga Julia Kaja Karolina Kinga Lena Magda Maja Małgorzata Martyna
    Milena Nadia Natalia Nikola Ola Oliwia Pola Roksana Wiktoria Zofia Zuzanna
""")
_POLISH_BOYS = _names("""
    Aleksander Adrian Antoni Bartosz Dawid Dominik Fabian Filip Hubert Igor Jakub Jan Kacper Kajetan Krzysztof
    Maciej Mateusz Michał Mikołaj Miłosz Oskar Patryk Piotr Stanisław Szymon Wojciech Wiktor
""")
_INDIAN_GIRLS = _names("""
    Aanya Aarushi Amrit Ananya Anjali Anoushka Diya Gurleen Harleen Ishani Jasleen Kavya Kiran Krisha Meera Navya Nisha
    Pooja Pavan Priya Riya Saanvi Simran Tanvi Trisha
""")
_INDIAN_BOYS = _names("""
    Aarav Aditya Amar Arjan Arjun Aryan Dev Dhruv Gurdeep Harjot Ishaan Jai Jaspreet Kabir Karan Krish Manraj Nikhil
    Parth Pranav Rohan Sahil Shivam Veer Vivaan Yash
""")
_INDIAN_WOMEN = _names(
    "Amandeep Anita Bhavna Daksha Gurpreet Harpreet Jasbir Kalpana Meena Neha Nita Rajinder Rekha Sunita"
)
_INDIAN_MEN = _names(
    "Ajay Amit Baljit Bhavesh Dilip Gurdev Harish Jagdeep Kamal Mahesh Nilesh Rajesh Sanjay Sukhdev Vikram"
)

BACKGROUNDS: dict[str, Background] = {
    "british": Background(
        0.575, "WBRI", 0.0, _BRITISH_SURNAMES, _BRITISH_GIRLS, _BRITISH_BOYS, _BRITISH_WOMEN, _BRITISH_MEN
    ),
    "irish": Background(
        0.02,
        "WIRI",
        0.02,
        _names(
            "O'Brien O'Connor Ó_Súilleabháin Byrne Doherty Gallagher Kavanagh McCarthy Murphy Nolan Quinn Ryan Sweeney"
        ),
        _names("Aisling Aoife Caoimhe Ciara Clodagh Éabha Niamh Orla Róisín Saoirse Siobhán"),
        _names("Cian Cillian Conor Dáithí Darragh Eoin Fionn Oisín Pádraig Rónán Seán Tadhg"),
        _names("Aoife Bridget Deirdre Fionnuala Maeve Mary Noreen Sinéad Siobhán"),
        _names("Brendan Ciarán Dermot Eamon Kieran Liam Padraig Seamus"),
    ),
    "traveller": Background(
        0.006,
        "WIRT",
        0.0,
        _names("Connors Doran Maughan McDonagh Stokes Ward"),
        _names("Bernadette Kathleen Margaret Nan Shannon Theresa"),
        _names("Jimmy John Martin Miley Paddy Simon"),
        _names("Bridget Kathleen Margaret Theresa"),
        _names("James John Martin Patrick"),
    ),
    "polish": Background(
        0.045,
        "WOTH",
        0.85,
        _names(
            "Łukasik Wójcik Kowalczyk Zieliński Szymański Dąbrowski Kozłowski Jabłoński Krawczyk Piotrowski Grabowski "
            "Pawlak Michalski Świątek Wróbel Sikora Baran Duda"
        ),
        _POLISH_GIRLS,
        _POLISH_BOYS,
        _names(
            "Agnieszka Aneta Anna Beata Dorota Ewa Iwona Joanna Katarzyna Magdalena Małgorzata Monika Renata Sylwia"
        ),
        _names("Andrzej Artur Bogdan Dariusz Grzegorz Jacek Krzysztof Marcin Marek Paweł Piotr Rafał Tomasz Zbigniew"),
    ),
    "romanian": Background(
        0.018,
        "WOTH",
        0.95,
        _names("Popescu Ionescu Munteanu Stănescu Dumitru Țurcanu Iordache Bălan Rusu Lăcătuș"),
        _names("Alexandra Andreea Bianca Daria Ioana Ilinca Mălina Ștefania"),
        _names("Alexandru Andrei Cosmin Darius Ionuț Luca Matei Ștefan Vlad"),
        _names("Adriana Alina Cristina Elena Mihaela Simona"),
        _names("Adrian Bogdan Ciprian Florin Marius Sorin"),
    ),
    "pakistani": Background(
        0.085,
        "APKN",
        0.4,
        _names(
            "Akhtar Ahmed Ali Anwar Ashraf Aslam Aziz Bashir Bhatti Butt Chaudhry Hussain Iqbal Javed Khan Latif Mahmood "
            "Malik Mehmood Mirza Nawaz Qureshi Rafiq Rehman Saddiq Shabir Shah Sheikh Yaqoob Younis Zaman"
        ),
        _MUSLIM_GIRLS,
        _MUSLIM_BOYS,
        _MUSLIM_WOMEN,
        _MUSLIM_MEN,
    ),
    "bangladeshi": Background(
        0.025,
        "ABAN",
        0.6,
        _names("Begum Choudhury Haque Hoque Islam Khanam Miah Rahman Uddin Ullah"),
        _MUSLIM_GIRLS,
        _MUSLIM_BOYS,
        _MUSLIM_WOMEN,
        _MUSLIM_MEN,
    ),
    "indian": Background(
        0.035,
        "AIND",
        0.3,
        _names(
            "Bains Chauhan Dhillon Gill Joshi Kapoor Kaur Mistry Nair Patel Parmar Sandhu Shah Sharma Sidhu Singh Solanki"
        ),
        _INDIAN_GIRLS,
        _INDIAN_BOYS,
        _INDIAN_WOMEN,
        _INDIAN_MEN,
    ),
    "west african": Background(
        0.055,
        "BAFR",
        0.3,
        _names(
            "Adeyemi Adjei Agyemang Akinola Amoah Asante Balogun Boateng Danso Eze Mensah Nwachukwu Nwosu Obi Okafor "
            "Okonkwo Olatunji Oladipo Osei Owusu Sarpong Udoh Yeboah"
        ),
        _AFRICAN_GIRLS,
        _AFRICAN_BOYS,
        _AFRICAN_WOMEN,
        _AFRICAN_MEN,
    ),
    "caribbean": Background(
        0.015,
        "BCRB",
        0.0,
        _names(
            "Bailey Blake Brown Campbell Clarke Francis Gayle Grant Henry Lewis Palmer Powell Reid Thompson Walters"
        ),
        _names("Aaliyah Alicia Gabrielle Jada Kiara Latisha Naomi Renée Shanice Tianna"),
        _names("Andre Dante Jermaine Kadeem Malachi Marcus Omari Rio Tyrell Xavier"),
        _names("Audrey Beverley Claudette Marcia Sandra Sonia Yvonne"),
        _names("Carlton Delroy Errol Leroy Trevor Winston"),
    ),
    "mixed": Background(
        0.045,
        "MWBC",
        0.02,
        _BRITISH_SURNAMES,
        (*_BRITISH_GIRLS, "Aaliyah", "Kiara", "Renée", "Tianna", "Zuri"),
        (*_BRITISH_BOYS, "Jermaine", "Malachi", "Marcus", "Tyrell", "Xavier"),
        _BRITISH_WOMEN,
        _BRITISH_MEN,
    ),
    "somali": Background(
        0.018,
        "BAFR",
        0.85,
        _names("Abdi Abdullahi Ahmed Ali Farah Hassan Ismail Jama Mohamed Mohamud Omar Warsame Yusuf"),
        (*_MUSLIM_GIRLS, "Ayaan", "Hodan", "Ifrah", "Ubah"),
        (*_MUSLIM_BOYS, "Abdirahman", "Guled", "Liban", "Mahad"),
        _names("Amina Asha Faduma Hodan Khadra Sahra Shukri"),
        _names("Abdi Ahmed Hassan Mahad Mohamed Osman Yusuf"),
    ),
    "arab": Background(
        0.016,
        "OOTH",
        0.9,
        _names("Abbas Al-Hassan Al-Khatib Darwish El-Masri Haddad Hamdan Khalil Mansour Nasser Saleh"),
        (*_MUSLIM_GIRLS, "Layla", "Rawan", "Yara"),
        (*_MUSLIM_BOYS, "Karim", "Rami", "Tarek"),
        _names("Dalia Hala Lina Mona Nour Rania Samar"),
        _names("Bassam Fadi Hani Khaled Omar Samir Walid"),
    ),
    "vietnamese": Background(
        0.006,
        "OOTH",
        0.8,
        _names("Nguyễn Trần Phạm Đặng"),
        _names("Anh Hương Linh Mai Thảo"),
        _names("Bảo Duy Khoa Minh Tuấn"),
        _names("Hoa Lan Phương"),
        _names("Dũng Hùng Quân"),
    ),
    "chinese": Background(
        0.009,
        "CHNE",
        0.75,
        _names("Chan Cheung Ho Lam Lau Leung Li Tang Wong Zhang"),
        _names("Cheuk-Yiu Emily Hoi-Ching Jessica Mei Xinyi Yan"),
        _names("Anson Ho-Yin Jason Jun Marcus Tsz-Hin Wei"),
        _names("Carmen Fiona Ka-Yan Mei-Ling Wing"),
        _names("Alan Chi-Wai Kenneth Ming Raymond"),
    ),
    "portuguese": Background(
        0.012,
        "WOTH",
        0.8,
        _names("Araújo Conceição dos_Santos Fernandes Gonçalves Magalhães Simões Teixeira"),
        _names("Beatriz Inês Leonor Mariana Matilde Sofia"),
        _names("Afonso Diogo Gonçalo João Rodrigo Tomás"),
        _names("Ana Cátia Fátima Paula Sónia"),
        _names("Carlos Hélder Jorge Nuno Rui"),
    ),
    "turkish": Background(
        0.01,
        "WOTH",
        0.75,
        _names("Aydın Çelik Demir Kılıç Öztürk Şahin Yıldız"),
        _names("Ayşe Ceren Defne Ece Elif Zeynep"),
        _names("Ahmet Can Emir Efe Kaan Yiğit"),
        _names("Ayşegül Fatma Gül Hatice Özlem"),
        _names("Hakan Mehmet Murat Mustafa Serkan"),
    ),
}

SHORT_FORMS = {
    "Abdirahman": "Abdi",
    "Aleksander": "Alex",
    "Alexander": "Alex",
    "Alexandra": "Lexie",
    "Alexandru": "Alex",
    "Andreea": "Andi",
    "Benjamin": "Ben",
    "Bethany": "Beth",
    "Cameron": "Cam",
    "Charlotte": "Lottie",
    "Christopher": "Chris",
    "Chukwuemeka": "Emeka",
    "Daniel": "Danny",
    "Dominic": "Dom",
    "Edward": "Ted",
    "Eleanor": "Ellie",
    "Elizabeth": "Libby",
    "Frederick": "Freddie",
    "Gabriela": "Gabi",
    "Harrison": "Harry",
    "Isabella": "Bella",
    "Jakub": "Kuba",
    "Jessica": "Jess",
    "Joseph": "Joe",
    "Joshua": "Josh",
    "Katie": "Kat",
    "Krzysztof": "Krzys",
    "Małgorzata": "Gosia",
    "Matilda": "Tilly",
    "Matthew": "Matt",
    "Michael": "Mikey",
    "Nathan": "Nate",
    "Nicholas": "Nick",
    "Oluwaseun": "Seun",
    "Penelope": "Penny",
    "Rebecca": "Becca",
    "Robert": "Bobby",
    "Samuel": "Sam",
    "Sebastian": "Seb",
    "Temitope": "Temi",
    "Thomas": "Tom",
    "William": "Will",
    "Zachary": "Zac",
}
